import { deploy } from "./deploy-stacks";
import { runScript } from "../util/run-script";

runScript(() => deploy(process.argv.slice(2)));
