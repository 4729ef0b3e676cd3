import OpenAI from "openai";
import { KEY, PARAMETERS, PERSON, TOOLS, answerOf, gathered, left } from "./shared.mjs";

const client = (base) => new OpenAI({ baseURL: `${base}/v1`, apiKey: KEY, maxRetries: 0 });
const user = (content) => ({ role: "user", content });
const tools = TOOLS.map(({ name, description }) => ({
  type: "function",
  name,
  description,
  parameters: PARAMETERS,
  strict: true,
}));
const textOf = (event) => (event.type === "response.output_text.delta" ? event.delta : "");

export const dialect = "openai-responses";

export async function text({ base, model, said }) {
  const answer = await client(base).responses.create({ model, input: said, store: false });
  const { input_tokens: input, output_tokens: output } = answer.usage;
  return { text: answer.output_text, finish: answer.status, input, output };
}

export async function stream({ base, model, said }) {
  const stream = client(base).responses.stream({ model, input: said, store: false });
  const seen = await gathered(stream, textOf);
  const whole = await stream.finalResponse();
  return { ...seen, whole: whole.output_text, output: whole.usage.output_tokens };
}

export async function calls({ base, model, said }) {
  const openai = client(base);
  const input = [user(said)];
  const first = await openai.responses.stream({ model, input, tools, store: false }).finalResponse();
  const asked = first.output.filter((item) => item.type === "function_call");
  input.push(...first.output);
  for (const call of asked) {
    input.push({ type: "function_call_output", call_id: call.call_id, output: answerOf(call.name) });
  }
  const second = await openai.responses.create({ model, input, tools, store: false });
  return { calls: asked.map((call) => [call.name, JSON.parse(call.arguments)]), text: second.output_text };
}

export async function media({ base, model, said, png, pdf }) {
  const content = [
    { type: "input_text", text: said },
    { type: "input_image", image_url: `data:image/png;base64,${png}`, detail: "auto" },
    { type: "input_file", filename: "x.pdf", file_data: `data:application/pdf;base64,${pdf}` },
  ];
  const answer = await client(base).responses.create({ model, input: [user(content)], store: false });
  return { text: answer.output_text };
}

export async function thinking({ base, model, said, then }) {
  const openai = client(base);
  const asked = {
    model,
    store: false,
    reasoning: { effort: "high", summary: "auto" },
    include: ["reasoning.encrypted_content"],
  };
  const first = await openai.responses.create({ ...asked, input: [user(said)] });
  const second = await openai.responses.create({ ...asked, input: [user(said), ...first.output, user(then)] });
  const item = first.output.find((item) => item.type === "reasoning");
  return { reasoning: item.summary.map((part) => part.text).join(""), text: second.output_text };
}

export async function structured({ base, model, said }) {
  const answer = await client(base).responses.parse({
    model,
    input: said,
    store: false,
    text: { format: { type: "json_schema", name: "person", schema: PERSON, strict: true } },
  });
  return { value: JSON.parse(answer.output_text) };
}

export async function leave({ base, model, said }) {
  const stream = await client(base).responses.create({ model, input: said, stream: true, store: false });
  return left(stream, textOf, () => stream.controller.abort());
}
