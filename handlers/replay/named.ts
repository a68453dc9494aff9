// Errors by name: Step Functions' retriers and catchers go by it.

/** An error that Lambda reports with this name as its errorType. */
export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
