import OpenAI from "openai";
import { KEY, PARAMETERS, PERSON, TOOLS, answerOf, gathered, left } from "./shared.mjs";

const client = (base) => new OpenAI({ baseURL: `${base}/v1`, apiKey: KEY, maxRetries: 0 });
const user = (content) => ({ role: "user", content });
const tools = TOOLS.map(({ name, description }) => ({
  type: "function",
  function: { name, description, parameters: PARAMETERS, strict: true },
}));
const textOf = (chunk) => chunk.choices[0]?.delta?.content;

export const dialect = "openai";

export async function text({ base, model, said }) {
  const answer = await client(base).chat.completions.create({ model, messages: [user(said)] });
  const { prompt_tokens: input, completion_tokens: output } = answer.usage;
  return { text: answer.choices[0].message.content, finish: answer.choices[0].finish_reason, input, output };
}

export async function stream({ base, model, said }) {
  const stream = client(base).chat.completions.stream({
    model,
    messages: [user(said)],
    stream_options: { include_usage: true },
  });
  const seen = await gathered(stream, textOf);
  const whole = await stream.finalChatCompletion();
  return { ...seen, whole: whole.choices[0].message.content, output: whole.usage.completion_tokens };
}

export async function calls({ base, model, said }) {
  const openai = client(base);
  const messages = [user(said)];
  const first = await openai.chat.completions.stream({ model, messages, tools }).finalChatCompletion();
  const { message } = first.choices[0];
  messages.push(message);
  for (const call of message.tool_calls) {
    messages.push({ role: "tool", tool_call_id: call.id, content: answerOf(call.function.name) });
  }
  const second = await openai.chat.completions.create({ model, messages, tools });
  const asked = message.tool_calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]);
  return { calls: asked, text: second.choices[0].message.content };
}

export async function runner({ base, model, said }) {
  const runner = client(base).chat.completions.runTools({
    model,
    messages: [user(said)],
    tools: TOOLS.map(({ name, description, answer }) => ({
      type: "function",
      function: { name, description, parameters: PARAMETERS, parse: JSON.parse, function: () => answer },
    })),
  });
  return { text: await runner.finalContent() };
}

export async function media({ base, model, said, png, pdf }) {
  const content = [
    { type: "text", text: said },
    { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
    { type: "file", file: { filename: "x.pdf", file_data: `data:application/pdf;base64,${pdf}` } },
  ];
  const answer = await client(base).chat.completions.create({ model, messages: [user(content)] });
  return { text: answer.choices[0].message.content };
}

export async function thinking({ base, model, said, then }) {
  const openai = client(base);
  const messages = [user(said)];
  const first = await openai.chat.completions.create({ model, messages, reasoning_effort: "high" });
  const { message } = first.choices[0];
  messages.push(message, user(then));
  const second = await openai.chat.completions.create({ model, messages, reasoning_effort: "high" });
  return { reasoning: message.reasoning_content, text: second.choices[0].message.content };
}

export async function structured({ base, model, said }) {
  const answer = await client(base).chat.completions.parse({
    model,
    messages: [user(said)],
    response_format: { type: "json_schema", json_schema: { name: "person", schema: PERSON, strict: true } },
  });
  return { value: JSON.parse(answer.choices[0].message.content) };
}

export async function leave({ base, model, said }) {
  const stream = await client(base).chat.completions.create({ model, messages: [user(said)], stream: true });
  return left(stream, textOf, () => stream.controller.abort());
}

export async function models({ base }) {
  const ids = [];
  for await (const { id } of client(base).models.list()) ids.push(id);
  return { ids, one: (await client(base).models.retrieve(ids[0])).id };
}
