// Work under control on the simulator: semaphores, circuit breakers, work that is resumed or parked, automatic redrives.
import { controlledGroups } from "./cases/controlled/groups";
import { onSimulator } from "./onSimulator";

onSimulator(controlledGroups);
