// What a program may say of a CommandApi.
import type { CommandData } from "../handlers/commands/command";
import type { CommandCheck } from "../handlers/middleware/commandApi";
import type { ApiFunctionArgs } from "./apiFunctionArgs";
import type { CommandReceiver, CommandReference, CommandSink } from "./commandGraph";
import type { CommandStoreReference } from "./commandStore";
import type { Duration } from "./duration";
import type { JsonSchema } from "./openApi/operation";

/** A function that decides commands, as an API in front of it sees it: a CommandFunction is one, whatever its commands are. */
export interface DecidingFunction extends CommandReceiver {
  /** What the data of its commands must fulfil, by the commands' names. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** All functions and tasks below it. */
  readonly reach: readonly CommandSink[];
}

/** An operation of the API: a command that clients may ask for. */
export interface CommandOperation<Name extends string = string> {
  /** The command's name. */
  readonly command: Name;
  /** The function that decides it. */
  readonly to: CommandReference | DecidingFunction;
  /** @default "POST" */
  readonly method?: "DELETE" | "PATCH" | "POST" | "PUT";
  /**
   * Parameters in braces are members of the command's data, of type string in its schema. A body that says something else of one is refused.
   *
   * @example `"/orders/{orderId}/items"`
   */
  readonly path: string;
  /** What clients call the operation. @default the command's name */
  readonly operationId?: string;
  /** For readers. @default none */
  readonly summary?: string;
  /**
   * What the data must fulfil, where `to` is another stack's function, whose schemas this program does not know.
   *
   * @default that of the function's command
   */
  readonly schema?: JsonSchema;
}

/** Arguments of a CommandApi: these, and the settings of the API and of its function as an ApiFunction has them. */
export interface CommandApiArgs<Commands extends object = CommandData>
  extends Omit<
    ApiFunctionArgs,
    "callback" | "callbackFactory" | "idempotency" | "middleware" | "operations" | "responseSchemas"
  > {
  /** Where the functions behind the API have their commands' status. */
  readonly store: CommandStoreReference;
  /**
   * What clients may ask for.
   *
   * @example `operations: [{ command: "placeOrder", to: orders, path: "/orders" }]`
   */
  readonly operations: readonly CommandOperation<NoInfer<keyof Commands & string>>[];
  /**
   * Whether a valid command may be accepted: it throws an error of `clientErrors` where not, before anything is queued. Its context's work has the
   * command's id. It looks, and changes nothing: between it and the decision others may have their say, so the function that decides must
   * look again.
   *
   * @default every valid command is accepted
   * @example `check: async ({ data }) => { if (!(await bookExists(data.isbn))) throw new BookNotFoundError(); }`
   */
  readonly check?: CommandCheck<Commands>;
  /** Makes the check, once per execution environment: the place for clients and anything else that cannot be copied. */
  readonly checkFactory?: () => CommandCheck<Commands>;
  /** Where statuses are: `GET /commands/{commandId}`, and `POST /commands/{commandId}/cancel`. @default "/commands" */
  readonly statusPath?: string;
  /** When clients are told to ask again: for the status, and after a server error. 1 second to 1 hour. @default "5 seconds" */
  readonly retryAfter?: Duration;
  /** Of a request's body, 1 to 262144 bytes: more is answered with 413. @default 262144 */
  readonly maxBytes?: number;
}
