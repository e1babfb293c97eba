"""An Ansible callback that tells os-images which tasks failed on which hosts, as lines of JSON.

It changes nothing of what ansible-playbook prints. The file is named by OS_IMAGES_ANSIBLE_EVENTS.
https://docs.ansible.com/ansible/latest/dev_guide/developing_plugins.html#callback-plugins
"""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: os_images
type: notification
short_description: Reports failed tasks to os-images
description: Writes one line of JSON for each task that failed, and one at the end.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "os_images"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_failed(self, result, ignore_errors=False):
        if not ignore_errors:
            self._task_failed(result, "failed")

    def v2_runner_on_unreachable(self, result):
        self._task_failed(result, "unreachable")

    def v2_playbook_on_stats(self, stats):
        hosts = sorted(set(stats.failures) | set(stats.dark))
        self._write({"event": "end", "hosts": hosts, "of": len(stats.processed)})

    def _task_failed(self, result, event):
        self._write(
            {
                "event": event,
                "host": result.host.get_name(),
                "task": result.task_name,
                "message": _message(result.result),
            }
        )

    def _write(self, event):
        path = os.environ.get("OS_IMAGES_ANSIBLE_EVENTS")
        if path is None:
            return
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")


def _message(result):
    """What a module says of its failure. A loop says so of each item."""
    failed = [item for item in result.get("results", []) if item.get("failed")]
    if failed:
        result = failed[0]
    said = [result.get(key) for key in ("msg", "stderr", "module_stderr", "stdout")]
    texts = [str(text).strip() for text in said if text and str(text).strip()]
    # A command's own words say more than "non-zero return code".
    return ": ".join(texts[:2])
