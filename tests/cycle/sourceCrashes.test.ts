// Crashes and lost replies at every call, for every source, on the simulator; apart from the others since they take the longest.
import { sourceCrashGroups } from "./cases/cases";
import { onSimulator } from "./onSimulator";

onSimulator(sourceCrashGroups);
