/** Files that QEMU's host-side devices write or listen at, relative to the folder in which Packer runs. */
const DEVICE_FILES = {
  console: "../console.log",
  installerLog: "../installer.log",
  firmwareLog: "../firmware.log",
  monitor: "../monitor.sock",
  contents: "../contents.txt",
} as const;

/** Name of the network backend that the plugin joins the guest's network device to. */
export const NETWORK_BACKEND = "user.0";

/**
 * A configuration for QEMU's `-readconfig` that adds what the builder watches a guest by, and leaves the plugin's own
 * devices as they are: the first serial port to a file, a monitor of our own, the debug port of SeaBIOS
 * (https://www.seabios.org/Debugging), the port to which Anaconda forwards its log
 * (https://anaconda-installer.readthedocs.io/en/latest/boot-options.html#inst-virtiolog), a port
 * by which the sealing tells what is in the image, and entropy.
 *
 * The PCI devices have high addresses, so that the guest's own ones keep theirs, and with them the network its names.
 */
export function deviceConfig(): string {
  return [
    section("chardev", "os-images-console", { backend: "file", path: DEVICE_FILES.console }),
    section("device", "os-images-serial", { driver: "isa-serial", chardev: "os-images-console" }),
    section("chardev", "os-images-monitor", {
      backend: "socket",
      path: DEVICE_FILES.monitor,
      server: "on",
      wait: "off",
    }),
    section("mon", "os-images-qmp", { mode: "control", chardev: "os-images-monitor" }),
    section("chardev", "os-images-firmware", { backend: "file", path: DEVICE_FILES.firmwareLog }),
    section("device", "os-images-firmware-port", {
      driver: "isa-debugcon",
      iobase: "0x402",
      chardev: "os-images-firmware",
    }),
    section("chardev", "os-images-log", { backend: "file", path: DEVICE_FILES.installerLog }),
    section("device", "os-images-ports", { driver: "virtio-serial-pci", addr: "0x1d" }),
    section("device", "os-images-log-port", {
      driver: "virtserialport",
      bus: "os-images-ports.0",
      chardev: "os-images-log",
      name: "org.fedoraproject.anaconda.log.0",
    }),
    section("chardev", "os-images-contents", { backend: "file", path: DEVICE_FILES.contents }),
    section("device", "os-images-contents-port", {
      driver: "virtserialport",
      bus: "os-images-ports.0",
      chardev: "os-images-contents",
      name: "os-images.contents",
    }),
    section("object", "os-images-entropy", { "qom-type": "rng-builtin" }),
    section("device", "os-images-rng", { driver: "virtio-rng-pci", rng: "os-images-entropy", addr: "0x1e" }),
  ].join("\n");
}

function section(group: string, id: string, options: Readonly<Record<string, string>>): string {
  const lines = Object.entries(options).map(([key, value]) => `  ${key} = "${value}"\n`);
  return `[${group} "${id}"]\n${lines.join("")}`;
}
