// What an API's OpenAPI document says of an answer: whether status, content type, headers and body are among those that it names.
import Ajv2020 from "ajv/dist/2020";

/** An answer as a client got it; names of headers in lower case. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface Described {
  readonly content?: Readonly<Record<string, object>>;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Described>>;
}

interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** A document of version 3.1, whose schemas are those of draft 2020-12. */
export class ApiDocument {
  private readonly document: Document;
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, logger: false })
    .addFormat("uuid", /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    .addFormat("date-time", (text: string) => !Number.isNaN(Date.parse(text)) && text.endsWith("Z"))
    .addFormat("date", true)
    .addFormat("email", true);

  constructor(readonly text: string) {
    const document: Document = JSON.parse(text);
    this.document = document;
    this.ajv.addSchema(document, "api");
  }

  /** What of an answer the document does not name; nothing where all is as it says. */
  undocumented(method: string, path: string, answer: ApiAnswer): string[] {
    const found = this.operation(method, path);
    if (found === undefined) return [`there is no operation ${method} ${path}`];
    const { operation, place } = found;
    const { status } = answer;
    const response = operation.responses[status];
    const at = `${operation.operationId} ${status}`;
    if (response === undefined) return [`${at}: the status is not in the document: ${answer.body}`];
    const pointer = `${place}/responses/${status}`;
    return [...this.headers(response, pointer, answer), ...this.body(response, pointer, answer)].map(
      (wrong) => `${at}: ${wrong}`,
    );
  }

  /** What of a value a schema of the document refuses. @param pointer such as "/components/schemas/Problem" */
  violations(pointer: string, value: unknown): string[] {
    const validate = this.ajv.getSchema(`api#${pointer}`);
    if (validate === undefined) throw new Error(`the document has no schema at ${pointer}`);
    if (validate(value) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  private headers({ headers = {} }: Described, pointer: string, answer: ApiAnswer): string[] {
    return Object.entries(headers).flatMap(([name, { required = false }]) => {
      const value = answer.headers?.[name.toLowerCase()];
      if (value === undefined) return required ? [`there is no header ${name}`] : [];
      const typed = /^\d+$/.test(value) ? Number(value) : value;
      return this.violations(`${pointer}/headers/${name}/schema`, typed).map((wrong) => `header ${name}${wrong}`);
    });
  }

  private body({ content = {} }: Described, pointer: string, { headers = {}, body = "" }: ApiAnswer): string[] {
    const text = String(body);
    if (Object.keys(content).length === 0) return text === "" ? [] : ["the document names no body"];
    const type = headers["content-type"]?.split(";")[0] ?? "none";
    if (content[type] === undefined) return [`the content type ${type} is not in the document`];
    return this.violations(`${pointer}/content/${escaped(type)}/schema`, JSON.parse(text));
  }

  /** Texts go before parameters, as at API Gateway. */
  private operation(method: string, path: string) {
    const verb = method.toLowerCase();
    const [template] = Object.keys(this.document.paths)
      .filter((each) => this.document.paths[each]?.[verb] !== undefined && matches(each, path))
      .sort((one, other) => one.split("{").length - other.split("{").length);
    const operation = template === undefined ? undefined : this.document.paths[template]?.[verb];
    return operation && { operation, place: `/paths/${escaped(template ?? "")}/${verb}` };
  }
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split("/"), path.split("/")];
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith("{") || part === given[at]);
}

/** A part of a JSON pointer in a URI's fragment (RFC 6901, section 6). */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
