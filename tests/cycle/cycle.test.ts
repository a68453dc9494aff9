// The failure-and-redrive cycle of state machines on the simulator.
import { machineGroups } from "./cases/cases";
import { onSimulator } from "./onSimulator";

onSimulator(machineGroups);
