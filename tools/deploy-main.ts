import { deploy } from "./deploy";
import { runScript } from "./run";
runScript(() => deploy(process.argv.slice(2)));
