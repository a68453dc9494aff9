// `npm run conformance -- FOLDER`: replays executions recorded on AWS on the simulator, and compares what they came to.
import path from "node:path";
import { runConformance } from "./program";

process.exitCode = runConformance(process.argv.slice(2), {
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  floorsFile: path.join(__dirname, "floors.json"),
});
