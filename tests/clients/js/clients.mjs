// Reads a question a line, {client, scenario, ...}, and writes what the client saw: {seen} or {failed}.
import { createInterface } from "node:readline";
import { clients as ai } from "./ai_sdk.mjs";
import * as anthropic from "./anthropic.mjs";
import * as google from "./google.mjs";
import * as chat from "./openai_chat.mjs";
import * as responses from "./openai_responses.mjs";
import { failure } from "./shared.mjs";
import * as useChat from "./use_chat.mjs";

const clients = { openai: chat, responses, anthropic, google, ...ai, useChat };
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

for (const [method, to] of [["log", console.error], ["warn", () => {}]]) console[method] = to;
globalThis.AI_SDK_LOG_WARNINGS = false;

say(
  Object.fromEntries(
    Object.entries(clients).map(([name, client]) => [
      name,
      { dialect: client.dialect, scenarios: Object.keys(client).filter((key) => key !== "dialect") },
    ]),
  ),
);
for await (const line of createInterface({ input: process.stdin })) {
  const { client, scenario, ...about } = JSON.parse(line);
  try {
    say({ seen: await clients[client][scenario](about) });
  } catch (error) {
    say({ failed: failure(error) });
  }
}
process.exit(0);
