import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Libvirtd, whyNoLibvirt } from "../../__tests__/support/libvirtd";
import { LibvirtProject } from "../../__tests__/support/libvirt-project";
import { Terraform } from "../../__tests__/support/terraform";
import { temporaryFolder } from "../../__tests__/support/temporary";
import { buildOurs } from "../builds/ours";
import { appliedByHand, APPLY, deployedCheckout, inTools, terraform } from "../deploys/rows";
import { inRounds, timed } from "../measure";
import { comparison, type Row } from "../row";

/** From an image that is ready to a machine that answers, and deploys with nothing to do. */
export async function consumerRows(rounds: number): Promise<Row[]> {
  const why = whyNoLibvirt();
  if (why !== undefined) throw new Error(`the group "consumers" needs a libvirtd of its own: ${why}`);
  const libvirtd = new Libvirtd();
  libvirtd.start();
  try {
    let rows: Row[] = [];
    await buildOurs({}, async (disk) => {
      const ours = new LibvirtProject(libvirtd, { disk, fingerprint: "a".repeat(64), memoryMiB: 512 });
      rows = [await untilAnswers(libvirtd, ours, disk, rounds), await nothingToDo(libvirtd, ours, disk, rounds)];
    });
    return rows;
  } finally {
    libvirtd.remove();
  }
}

/** Each contender makes its machine from nothing, and removes it outside of what is measured. */
async function untilAnswers(libvirtd: Libvirtd, ours: LibvirtProject, disk: string, rounds: number): Promise<Row> {
  const results = await inRounds(
    {
      ours: () => {
        const begun = performance.now();
        ours.deployed();
        const seconds = (performance.now() - begun) / 1000;
        mustWork(ours.destroy());
        return Promise.resolve(seconds);
      },
      "by hand": () => {
        const begun = performance.now();
        const byHand = machineByHand(libvirtd, disk);
        waitForGreeting(libvirtd, String(byHand.outputs()["address"]));
        const seconds = (performance.now() - begun) / 1000;
        mustWork(byHand.run("destroy", "-auto-approve"));
        return Promise.resolve(seconds);
      },
    },
    rounds,
  );
  return comparison(
    "image ready to machine answers SSH: `os-images deploy`",
    results.ours,
    "`terraform init` and `apply` of hand-written HCL, same provider",
    results["by hand"],
    1.05,
  );
}

/** The stacks of an image and of a machine, one after the other. */
async function nothingToDo(libvirtd: Libvirtd, ours: LibvirtProject, disk: string, rounds: number): Promise<Row> {
  ours.deployed();
  const byHand = machineByHand(libvirtd, disk);
  const checkout = await deployedCheckout();
  const stacks = [join(checkout, "cdktf.out/stacks/demo"), join(ours.folder, "cdktf.out/stacks/machines")];
  const folders = [await appliedByHand(), byHand.folder];
  const applyAll = (all: readonly string[]) => async (): Promise<number> => {
    let seconds = 0;
    for (const folder of all) seconds += (await timed(inTools(terraform(folder, APPLY)))).seconds;
    return seconds;
  };
  const results = await inRounds({ ours: applyAll(stacks), "by hand": applyAll(folders) }, rounds);
  mustWork(ours.destroy());
  mustWork(byHand.run("destroy", "-auto-approve"));
  return comparison(
    "`terraform apply` of all stacks (image, machine) with nothing to do",
    results.ours,
    "hand-written HCL with the same resources",
    results["by hand"],
    1.1,
  );
}

/** Writes the configuration into a folder of its own, and applies it. */
function machineByHand({ uri, folder }: Libvirtd, image: string): Terraform {
  const project = temporaryFolder("by-hand");
  cpSync(join(__dirname, "by-hand"), project, { recursive: true });
  const values = { uri, pool_path: join(folder, "pool-by-hand"), cidr: "10.215.0.0/24", image };
  writeFileSync(join(project, "terraform.tfvars.json"), JSON.stringify(values));
  const made = new Terraform(undefined, project);
  mustWork(made.apply());
  return made;
}

/** A lease comes before the machine's sshd. */
function waitForGreeting(libvirtd: Libvirtd, address: string): void {
  for (;;) {
    try {
      return void libvirtd.greeting(address);
    } catch (error) {
      if (!(error as Error).message.startsWith("no answer")) throw error;
    }
  }
}

function mustWork({ status, output }: { readonly status: number | null; readonly output: string }): void {
  if (status !== 0) throw new Error(output);
}
