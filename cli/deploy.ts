import { deploy } from "../tools/deploy";
import { runScript } from "../tools/run";

runScript(() => deploy(process.argv.slice(2)));
