/**
 * The sealing script: the named steps in order, then power off. Each step is a file of `recipe/seal/`, run in a
 * subshell, with BUILD_USER set to the user that the build logged in as where that user is to go, else empty.
 */
export function sealScript(
  steps: readonly { readonly name: string; readonly text: string }[],
  buildUser: string,
): string {
  const body = steps.map(({ name, text }) => `echo "os-images: seal: ${name}"\n(\n${text.trimEnd()}\n)\n`);
  return (
    `#!/bin/sh\nset -eu\nexport BUILD_USER='${buildUser}'\ncd /\n${body.join("")}` +
    `rm -f "$0"\nsync\necho "os-images: sealed"\nsystemctl poweroff\n`
  );
}
