// Hundreds of commands accepted while the provider is away, on the simulator; apart from the others since it takes the longest.
import { commandOutageGroups } from "./cases/commands/groups";
import { onSimulator } from "./onSimulator";

onSimulator(commandOutageGroups, 600_000);
