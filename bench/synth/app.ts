/**
 * Many images in one stack: `tsx bench/synth/app.ts COUNT STAMP`. STAMP makes every kickstart one that was never seen.
 * Prints the peak memory in MiB to standard error.
 */
import { App, TerraformStack } from "cdktf";
import { Image } from "../../constructs/image";
import { useProviders } from "../../constructs/image-stack";
import { Kickstart } from "../../constructs/kickstart";
import { rhel9 } from "../../imports/kickstart/rhel9";
import { demo, DEMO_INSTALLER } from "../../kickstart/demo";
import { InstallMedium } from "../../recipe/medium";

const [count = "1", stamp = ""] = process.argv.slice(2);

const app = new App();
const stack = new TerraformStack(app, "images");
useProviders(stack);
for (let index = 0; index < Number(count); index++) {
  new Image(stack, `image-${index}`, {
    release: DEMO_INSTALLER,
    medium: InstallMedium.iso({ url: "/media/demo.iso", checksum: `sha256:${"0".repeat(64)}` }),
    kickstart: Kickstart.typed(rhel9, demo({ hostname: `image-${index}`, adminKey: `ssh-ed25519 AAAA ${stamp}` })),
  });
}
app.synth();

process.stderr.write(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
