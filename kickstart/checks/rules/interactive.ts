import type { Hit, Rule } from "../rule";

export const interactive: Rule = {
  code: "KS308",
  severity: "warning",
  title: "a command that waits for somebody",
  why: "graphical, vnc, rescue, autostep, `ignoredisk --interactive`, mediacheck and an enabled first-boot dialogue wait for somebody, or show themselves where nobody looks.",
  remedy: "Take the command out of an image's kickstart.",
  check(kickstart) {
    return kickstart.parsed.commands.flatMap((command): Hit[] => {
      const { name, args } = command;
      if (["graphical", "vnc", "rescue", "autostep", "mediacheck"].includes(name)) {
        return [
          {
            at: command,
            message: `${name} is for an installation with somebody in front: take it out, or write \`text\``,
          },
        ];
      }
      if (name === "ignoredisk" && args.includes("--interactive")) {
        return [
          { at: command, message: "ignoredisk --interactive asks for the disk: write `ignoredisk --only-use=DISK`" },
        ];
      }
      if (name === "firstboot" && args.some((arg) => /^--(enable|enabled|reconfig)$/.test(arg))) {
        return [
          { at: command, message: "firstboot asks at the first start of every machine: write `firstboot --disabled`" },
        ];
      }
      return [];
    });
  },
};
