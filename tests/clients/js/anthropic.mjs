import Anthropic from "@anthropic-ai/sdk";
import { KEY, PARAMETERS, PERSON, TOOLS, answerOf, gathered, left } from "./shared.mjs";

const client = (base) => new Anthropic({ baseURL: base, apiKey: KEY, maxRetries: 0 });
const user = (content) => ({ role: "user", content });
const tools = TOOLS.map(({ name, description }) => ({ name, description, input_schema: PARAMETERS }));
const textOf = (event) => (event.type === "content_block_delta" ? event.delta.text : "");
const said_in = (message) => message.content.map((block) => block.text ?? "").join("");

export const dialect = "claude";

export async function text({ base, model, said }) {
  const answer = await client(base).messages.create({ model, max_tokens: 4000, messages: [user(said)] });
  const { input_tokens: input, output_tokens: output } = answer.usage;
  return { text: said_in(answer), finish: answer.stop_reason, input, output };
}

export async function stream({ base, model, said }) {
  const stream = client(base).messages.stream({ model, max_tokens: 4000, messages: [user(said)] });
  const seen = await gathered(stream, textOf);
  const whole = await stream.finalMessage();
  return { ...seen, whole: said_in(whole), output: whole.usage.output_tokens };
}

export async function calls({ base, model, said }) {
  const anthropic = client(base);
  const messages = [user(said)];
  const first = await anthropic.messages.stream({ model, max_tokens: 4000, messages, tools }).finalMessage();
  const asked = first.content.filter((block) => block.type === "tool_use");
  messages.push({ role: "assistant", content: first.content });
  messages.push(user(asked.map(({ id, name }) => ({ type: "tool_result", tool_use_id: id, content: answerOf(name) }))));
  const second = await anthropic.messages.create({ model, max_tokens: 4000, messages, tools });
  return { calls: asked.map(({ name, input }) => [name, input]), text: said_in(second) };
}

export async function runner({ base, model, said }) {
  const runner = client(base).beta.messages.toolRunner({
    model,
    max_tokens: 4000,
    messages: [user(said)],
    tools: TOOLS.map(({ name, description, answer }) => ({
      name,
      description,
      input_schema: PARAMETERS,
      run: async () => answer,
      parse: (input) => input,
    })),
  });
  return { text: said_in(await runner.runUntilDone()) };
}

export async function media({ base, model, said, png, pdf }) {
  const content = [
    { type: "text", text: said },
    { type: "image", source: { type: "base64", media_type: "image/png", data: png } },
    { type: "document", source: { type: "base64", media_type: "application/pdf", data: pdf } },
  ];
  const answer = await client(base).messages.create({ model, max_tokens: 4000, messages: [user(content)] });
  return { text: said_in(answer) };
}

export async function thinking({ base, model, said, then }) {
  const anthropic = client(base);
  const asked = { model, max_tokens: 4000, thinking: { type: "enabled", budget_tokens: 2000 } };
  const messages = [user(said)];
  const first = await anthropic.messages.stream({ ...asked, messages }).finalMessage();
  messages.push({ role: "assistant", content: first.content }, user(then));
  const second = await anthropic.messages.create({ ...asked, messages });
  const block = first.content.find((block) => block.type === "thinking");
  return { reasoning: block.thinking, text: said_in(second) };
}

export async function structured({ base, model, said }) {
  const answer = await client(base).messages.create({
    model,
    max_tokens: 4000,
    messages: [user(said)],
    output_config: { format: { type: "json_schema", schema: PERSON } },
  });
  return { value: JSON.parse(said_in(answer)) };
}

export async function leave({ base, model, said }) {
  const stream = await client(base).messages.create({ model, max_tokens: 4000, messages: [user(said)], stream: true });
  return left(stream, textOf, () => stream.controller.abort());
}

export async function models({ base }) {
  const ids = [];
  for await (const { id } of client(base).models.list()) ids.push(id);
  return { ids, one: (await client(base).models.retrieve(ids[0])).id };
}

export async function count({ base, model, said }) {
  return { tokens: (await client(base).messages.countTokens({ model, messages: [user(said)] })).input_tokens };
}
