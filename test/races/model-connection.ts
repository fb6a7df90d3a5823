import { once } from "node:events";
import { connect, type Socket } from "node:net";

type Argument = string | number | Buffer;
type Reply = string | number | null | Error | Reply[];

/** What the model needs of a connection: an `ioredis` one will do as well. */
export interface ModelRedis {
  evalsha(sha: string, keys: number, ...words: Argument[]): Promise<unknown>;
  eval(script: string, keys: number, ...words: Argument[]): Promise<unknown>;
  hmget(key: string, ...fields: string[]): Promise<unknown>;
  xrangeBuffer(key: string, from: string, to: string, token: "COUNT", count: number): Promise<unknown>;
  unlink(...keys: string[]): Promise<unknown>;
}

function inBytes(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(inBytes);
  return typeof reply === "string" ? Buffer.from(reply, "latin1") : reply;
}

/**
 * A connection to a Redis server that sends what many schedules ask at one moment in one packet, because packets cost
 * more than most commands. It knows the commands that the model needs, each as `ioredis` answers it, and takes bytes,
 * and text of one byte a character, which is all that the model writes.
 */
export class ModelConnection implements ModelRedis {
  readonly #socket: Socket;
  readonly #waiting: { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void }[] = [];
  /** Of the packet that was sent last. */
  #unanswered = 0;
  #isFlushing = false;
  #outgoing = "";
  #incoming = "";
  #at = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#read(text));
    socket.on("close", () => this.#end(new Error("the connection to Redis has closed")));
    socket.on("error", (error) => this.#end(error));
  }

  /** @param path of the server's Unix socket: half as dear as the network */
  static async open(path: string): Promise<ModelConnection> {
    const socket = connect({ path });
    await once(socket, "connect");
    return new ModelConnection(socket);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** @throws Error as the server words it */
  async send(...words: readonly Argument[]): Promise<Reply> {
    this.#flushSoon();
    let text = `*${words.length}\r\n`;
    for (const word of words) {
      const argument = Buffer.isBuffer(word) ? word.toString("latin1") : String(word);
      text += `$${argument.length}\r\n${argument}\r\n`;
    }
    this.#outgoing += text;
    return new Promise((resolve, reject) => void this.#waiting.push({ resolve, reject }));
  }

  async evalsha(sha: string, keys: number, ...words: Argument[]): Promise<unknown> {
    return this.send("EVALSHA", sha, keys, ...words);
  }

  async eval(script: string, keys: number, ...words: Argument[]): Promise<unknown> {
    return this.send("EVAL", script, keys, ...words);
  }

  async hmget(key: string, ...fields: string[]): Promise<unknown> {
    return this.send("HMGET", key, ...fields);
  }

  async xrangeBuffer(...words: Argument[]): Promise<unknown> {
    return inBytes(await this.send("XRANGE", ...words));
  }

  async unlink(...keys: string[]): Promise<unknown> {
    return this.send("UNLINK", ...keys);
  }

  /** Sends once everybody whom the last packet was for has had an answer, and has asked what comes next. */
  #flushSoon(): void {
    if (this.#isFlushing || this.#unanswered > 0) return;
    this.#isFlushing = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#isFlushing = false;
    this.#unanswered = this.#waiting.length;
    const text = this.#outgoing;
    this.#outgoing = "";
    this.#socket.write(text, "latin1");
  }

  #end(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #read(text: string): void {
    this.#incoming = this.#incoming === "" ? text : this.#incoming.slice(this.#at) + text;
    this.#at = 0;
    let answered = 0;
    for (;;) {
      const from = this.#at;
      const reply = this.#parse();
      if (reply === undefined) {
        this.#at = from;
        break;
      }
      const waiting = this.#waiting[answered++];
      if (reply instanceof Error) waiting?.reject(reply);
      else waiting?.resolve(reply);
    }
    this.#waiting.splice(0, answered);
    this.#unanswered -= answered;
    if (this.#waiting.length > 0) this.#flushSoon();
    if (this.#at === this.#incoming.length) this.#incoming = "";
  }

  /** Undefined when it has not arrived as a whole. */
  #parse(): Reply | undefined {
    const text = this.#incoming;
    const end = text.indexOf("\r\n", this.#at);
    if (end < 0) return undefined;
    const kind = text.charAt(this.#at);
    const line = text.slice(this.#at + 1, end);
    this.#at = end + 2;
    switch (kind) {
      case "+":
        return line;
      case "-":
        return new Error(line);
      case ":":
        return Number(line);
      case "$": {
        const length = Number(line);
        if (length < 0) return null;
        if (text.length < this.#at + length + 2) return undefined;
        this.#at += length + 2;
        return text.slice(end + 2, end + 2 + length);
      }
      case "*": {
        const length = Number(line);
        if (length < 0) return null;
        const items: Reply[] = [];
        for (let index = 0; index < length; index++) {
          const item = this.#parse();
          if (item === undefined) return undefined;
          items.push(item);
        }
        return items;
      }
      default:
        throw new Error(`Redis said ${kind}${line}`);
    }
  }
}
