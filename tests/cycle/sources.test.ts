// Failure and redrive of every source but state machines, on the simulator.
import { sourceGroups } from "./cases/cases";
import { onSimulator } from "./onSimulator";

onSimulator(sourceGroups);
