import { Command, Option } from "commander";
import { runScript } from "../util/run-script";
import { awaitSsh, type AwaitOptions } from "./await-ssh";
import { bootMachine, type MachineOptions } from "./boot";
import { removeMachine } from "./folder";

const program = new Command("machine").description(
  "boots a machine from an image on this host and proves it, or waits for one elsewhere",
);

program
  .command("boot")
  .requiredOption("--name <name>", "the machine's name")
  .requiredOption("--folder <folder>", "where its overlay, console and report go")
  .requiredOption("--image <file>", "disk of the image; it is not written to")
  .requiredOption("--manifest <file>", "the image's manifest.json; empty for an image made elsewhere")
  .addOption(new Option("--format <format>", "format of an image made elsewhere").choices(["qcow2", "raw"]))
  .option("--fingerprint <hex>", "identity of an image made elsewhere")
  .requiredOption("--username <user>", "who logs in")
  .requiredOption("--ssh-key <file>", "private key of that user")
  .addOption(new Option("--firmware <kind>", "what the image starts by").choices(["bios", "uefi"]).default("bios"))
  .option("--memory-mib <n>", "memory of the machine", Number, 1024)
  .action((options: MachineOptions) => runScript(() => bootMachine(options)));

program
  .command("remove")
  .requiredOption("--folder <folder>")
  .action(({ folder }: { folder: string }) => runScript(() => removeMachine(folder)));

program
  .command("await")
  .requiredOption("--name <name>", "the machine's name")
  .requiredOption("--address <address>", "where its sshd is to answer")
  .option("--port <n>", "port of its sshd", Number, 22)
  .requiredOption("--seconds <n>", "how long to wait", Number)
  .requiredOption("--console <command>", "what shows its console")
  .requiredOption("--manifest <file>", "the image's manifest.json; empty for an image made elsewhere")
  .requiredOption("--copy <file>", "the image's copy on this host; empty for another host")
  .action((options: AwaitOptions) => runScript(() => awaitSsh(options)));

program.parse();
