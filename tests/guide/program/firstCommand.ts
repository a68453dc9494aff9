// The first program of docs/guide/commands.md, which shows it without this line.
import { CommandApi, CommandFunction, CommandStore, ErrorSpool, ReprocessFunction } from "../../../components";

interface Address {
  readonly customer: string;
  readonly street: string;
}

const spool = new ErrorSpool("spool");
const store = new CommandStore("commands");

const customers = new CommandFunction<{ changeAddress: Address }>("customers", {
  spool,
  store,
  commands: {
    changeAddress: {
      schema: {
        type: "object",
        required: ["customer", "street"],
        properties: { customer: { type: "string" }, street: { type: "string", minLength: 1 } },
        additionalProperties: false,
      },
    },
  },
  callback: async ({ id, data }) => {
    const { status } = await fetch(`https://crm.example.com/customers/${encodeURIComponent(data.customer)}`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": id },
      body: JSON.stringify({ street: data.street }),
    });
    if (status !== 200) throw Object.assign(new Error(`status ${status}`), { name: "CrmDown" });
    return { street: data.street };
  },
});

const api = new CommandApi("shop", {
  store,
  operations: [{ command: "changeAddress", to: customers, method: "PUT", path: "/customers/{customer}/address" }],
  accessLog: false,
});
const reprocess = new ReprocessFunction("reprocess", { spool, sources: [customers] });

export const apiUrl = api.url;
export const reprocessFunctionName = reprocess.functionName;
