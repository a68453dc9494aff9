// Commands: accepted, decided, failed and redriven, on the simulator.
import { commandGroups } from "./cases/commands/groups";
import { onSimulator } from "./onSimulator";

onSimulator(commandGroups);
