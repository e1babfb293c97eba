"""Tests of the demo installer's pure parts, with the real pykickstart. Run by guest.test.ts."""

import os
import sys
import tempfile
import unittest

GUEST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../setup/demo-installer/guest")
# Last, so that the stand-in for `requests` does not hide a real one.
sys.path.append(GUEST)
sys.dont_write_bytecode = True

from demo_installer import commands, configure, console, disk, extlinux, kernel_line, kickstart, layout, media, systemd_boot  # noqa: E402
from demo_installer.failure import InstallError  # noqa: E402
from demo_installer.layout import Disk, Partition  # noqa: E402

BLANK = Disk("vda", 4096, 0)
LEAST = "liveimg --url=file:///run/install/repo/rootfs.tar\n"


def parse(text, dialect="RHEL9"):
    notes = []
    return kickstart.parse(LEAST + text, notes.append, dialect), notes


def plan(text, disks=(BLANK,), uefi=False):
    return layout.plan(parse(text)[0], list(disks), uefi)


class ParsingTest(unittest.TestCase):
    def refuses(self, text, *expected):
        with self.assertRaises(InstallError) as caught:
            kickstart.parse(text)
        for part in expected:
            self.assertIn(part, str(caught.exception))

    def test_an_unknown_command_is_named_with_its_line(self):
        self.refuses(LEAST + "autopart\nfrobnicate --all\n", "kickstart line 3: Unknown command: frobnicate")

    def test_an_unknown_option_is_refused_with_the_parsers_own_message(self):
        self.refuses(LEAST + "reboot --now\n", "kickstart line 2", "unrecognized arguments: --now")

    def test_a_command_that_the_demo_does_not_support_is_an_error(self):
        self.refuses(LEAST + "raid / --level=1 --device=md0 raid.01\n", "line 2", "raid")
        self.refuses(LEAST + "url --url=http://a/b\n", "line 2", "does not support the command url")

    def test_an_option_that_the_demo_does_not_support_is_an_error(self):
        self.refuses(LEAST + "bootloader --password=x\n", "line 2", "--password of the command bootloader")

    def test_a_section_without_end_is_an_error(self):
        self.refuses(LEAST + "%post\necho\n", "does not end with %end")

    def test_a_quotation_that_is_not_closed_is_an_error(self):
        self.refuses(LEAST + 'rootpw "abc\n', "No closing quotation", 'rootpw "abc')

    def test_a_kickstart_without_liveimg_is_an_error(self):
        self.refuses("autopart\n", "no liveimg command")

    def test_what_has_no_effect_is_said_with_its_line(self):
        _, notes = parse("text\nselinux --enforcing\nnetwork --onboot=yes\n%packages\n@core\n%end\n")
        self.assertIn("line 2: text has no effect in the demo installer", notes)
        self.assertIn("line 3: selinux has no effect in the demo installer", notes)
        self.assertIn("line 4: --onboot of network has no effect in the demo installer", notes)
        self.assertTrue(any("%packages" in note for note in notes))

    def test_a_script_arrives_byte_for_byte(self):
        body = 'echo "{{.Names}} ${HOME} %{x} @@ \\n \\\\ ü \u2028 \x0c"\n# a comment\n\n\ttab\r\n%%x\n'.encode() + b"\xff\n"
        text = (LEAST.encode() + b"%post\n" + body + b"%end\n").decode("utf-8", "surrogateescape")
        script = kickstart.parse(text).scripts[0]
        self.assertEqual(script.script.encode("utf-8", "surrogateescape"), body)

    def test_pre_scripts_are_found_though_the_rest_cannot_be_parsed_yet(self):
        scripts = kickstart.pre_scripts("%include /tmp/missing\n%pre\necho 1\n%end\nnonsense\n%post\necho 2\n%end\n")
        self.assertEqual([script.script for script in scripts], ["echo 1\n"])

    def test_every_dialect_on_the_medium_parses(self):
        for dialect in ("RHEL7", "RHEL8", "RHEL9", "RHEL10"):
            handler, _ = parse("autopart\nrootpw --lock\nuser --name=a\n%post\n%end\n", dialect)
            self.assertEqual(handler.user.userList[0].name, "a")

    def test_a_missing_dialect_is_an_error(self):
        with self.assertRaisesRegex(InstallError, 'no kickstart dialect "F1"'):
            parse("", "F1")

    def test_every_honoured_command_is_one_of_the_parser(self):
        known = parse("")[0].commands
        for command in [*commands.HONOURED, *commands.WITHOUT_EFFECT]:
            self.assertIn(command, known)


class LayoutTest(unittest.TestCase):
    def refuses(self, text, expected, **machine):
        with self.assertRaises(InstallError) as caught:
            plan(text, **machine)
        self.assertIn(expected, str(caught.exception))

    def test_autopart_takes_the_whole_disk_for_the_root(self):
        made = plan("autopart\n")
        self.assertEqual((made.disk, made.label_type), ("vda", "dos"))
        self.assertEqual(made.partitions, [Partition(1, "/", "ext4", None, "")])

    def test_autopart_of_a_uefi_machine_has_an_esp(self):
        made = plan("autopart\n", uefi=True)
        self.assertEqual(made.label_type, "gpt")
        self.assertEqual([p.mount for p in made.partitions], ["/boot/efi", "/"])

    def test_autopart_of_another_type_is_refused(self):
        self.refuses("autopart --type=lvm\n", "line 2")

    def test_the_partition_that_grows_comes_last(self):
        made = plan("part / --grow --size=1\npart /boot --size=256 --fstype=ext4\npart swap --size=512\n")
        self.assertEqual([(p.number, p.mount, p.size_mib) for p in made.partitions], [(1, "/boot", 256), (2, "swap", 512), (3, "/", None)])

    def test_more_than_four_partitions_need_gpt(self):
        lines = ["part /%s --size=100\n" % name for name in ("", "boot", "var", "home", "srv")]
        self.assertEqual(plan("".join(lines)).label_type, "gpt")

    def test_a_disk_that_is_not_there_is_named_with_what_is(self):
        self.refuses("part / --size=1000 --ondisk=sda\n", 'kickstart line 2: part --ondisk names the disk "sda", which is not there; this machine has: vda')
        self.refuses("autopart\nignoredisk --only-use=sdb\n", 'line 3: ignoredisk --only-use names the disk "sdb"')
        self.refuses("autopart\nclearpart --all --drives=sdb\n", 'line 3: clearpart --drives names the disk "sdb"')

    def test_ondisk_chooses_among_disks(self):
        disks = (BLANK, Disk("vdb", 9000, 0))
        self.assertEqual(plan("part / --size=1000 --ondisk=vdb\n", disks).disk, "vdb")
        self.assertEqual(plan("autopart\nignoredisk --drives=vda\n", disks).disk, "vdb")

    def test_a_disk_with_partitions_is_cleared_only_on_request(self):
        used = (Disk("vda", 4096, 2),)
        self.refuses("autopart\n", "it has 2 partitions", disks=used)
        self.refuses("autopart\nclearpart --none\n", "it has 2 partitions", disks=used)
        self.assertEqual(plan("autopart\nclearpart --all\n", used).disk, "vda")

    def test_partitions_larger_than_the_disk_are_refused(self):
        self.refuses("part / --size=5000\n", "the partitions need 5002 MiB and vda has 4096 MiB")

    def test_a_machine_without_disk_is_an_error(self):
        self.refuses("autopart\n", "no disk", disks=())

    def test_lvm_and_other_file_systems_are_refused(self):
        self.refuses("part pv.01 --size=1000\n", "plain partitions only")
        self.refuses("part / --size=1000 --fstype=xfs\n", 'the file system "xfs"')

    def test_a_kickstart_without_root_or_partitions_is_refused(self):
        self.refuses("part /boot --size=100\n", "no partition for /")
        self.refuses("", "neither autopart nor part")

    def test_partitions_of_nvme_disks_have_a_p_in_their_names(self):
        self.assertEqual(layout.device("nvme0n1", 2), "/dev/nvme0n1p2")
        self.assertEqual(layout.device("vda", 2), "/dev/vda2")


class TextsTest(unittest.TestCase):
    def test_fstab_names_file_systems_by_uuid(self):
        made = plan("part / --size=1000\npart swap --size=100\n")
        self.assertEqual(
            disk.fstab(made, {1: "aaaa", 2: "bbbb"}), "UUID=aaaa / ext4 defaults 0 1\nUUID=bbbb none swap sw 0 0\n"
        )

    def test_the_boot_menu_holds_the_kernel_line(self):
        menu = extlinux.menu("/boot/", "vmlinuz-1", "initrd.img-1", "root=UUID=a rw console=ttyS0", 5)
        self.assertIn("  KERNEL /boot/vmlinuz-1\n", menu)
        self.assertIn("  APPEND initrd=/boot/initrd.img-1 root=UUID=a rw console=ttyS0\n", menu)
        self.assertIn("TIMEOUT 50\n", menu)

    def test_the_uefi_boot_entry_holds_the_kernel_line(self):
        text = systemd_boot.entry("vmlinuz-1", "initrd.img-1", "root=UUID=a rw")
        self.assertEqual(text, "title Debian GNU/Linux\nlinux /vmlinuz-1\ninitrd /initrd.img-1\noptions root=UUID=a rw\n")

    def test_a_static_network_becomes_an_address_with_a_prefix(self):
        handler, _ = parse("network --bootproto=static --device=ens3 --ip=10.0.0.9 --netmask=255.255.0.0 --gateway=10.0.0.1 --nameserver=1.1.1.1,8.8.8.8\n")
        text = configure.network_file(handler.network.network[0])
        for line in ("Name=ens3", "Address=10.0.0.9/16", "Gateway=10.0.0.1", "DNS=1.1.1.1", "DNS=8.8.8.8"):
            self.assertIn(line + "\n", text)

    def test_a_host_name_alone_is_no_network_file(self):
        handler, _ = parse("network --hostname=a.example.org\n")
        self.assertIsNone(configure.network_file(handler.network.network[0]))

    def test_what_is_no_netmask_is_refused(self):
        for netmask in ("255.0.255.0", "24", "a.b.c.d"):
            with self.assertRaisesRegex(InstallError, netmask):
                configure.prefix_length(netmask)

    def test_the_kernel_line_is_read_with_and_without_inst(self):
        found = kernel_line.options('quiet inst.ks=http://10.0.2.2/ks.cfg text inst.stage2=hd:LABEL=X a="b c" it\'s')
        self.assertEqual(found["ks"], "http://10.0.2.2/ks.cfg")
        self.assertEqual((found["text"], found["stage2"], found["a"]), ("", "hd:LABEL=X", "b c"))

    def test_a_label_on_the_kernel_line_is_read_without_its_escapes(self):
        found = kernel_line.options("quiet inst.stage2=hd:LABEL=CentOS\\x207\\x20x86_64")
        self.assertEqual(found["stage2"], "hd:LABEL=CentOS\\x207\\x20x86_64")
        self.assertEqual(media.unescaped("CentOS\\x207\\x20x86_64"), "CentOS 7 x86_64")

    def test_a_line_of_the_log_port_names_time_level_and_logger(self):
        line = console.port_line("it failed", "ERR", "program", now=45296.25)
        self.assertEqual(line, "12:34:56,250 ERR anaconda:program: it failed\n")

    def test_a_mounted_device_is_found_on_its_folder(self):
        with open("/proc/mounts") as file:
            device, folder = next(line.split(" ")[:2] for line in file if line.startswith("/"))
        self.assertIsNotNone(media.mounted_on(device))
        self.assertIsNone(media.mounted_on("/dev/sr99"))

    def test_a_sata_controller_without_driver_is_noticed(self):
        with tempfile.TemporaryDirectory() as devices:
            for name, code in (("0000:00:1f.2", "0x010601\n"), ("0000:00:02.0", "0x030000\n")):
                os.mkdir("%s/%s" % (devices, name))
                with open("%s/%s/class" % (devices, name), "w") as file:
                    file.write(code)
            self.assertTrue(media.sata_without_driver(devices))
            os.mkdir(devices + "/0000:00:1f.2/driver")
            self.assertFalse(media.sata_without_driver(devices))


if __name__ == "__main__":
    unittest.main(verbosity=2)
