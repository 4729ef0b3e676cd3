import { GoogleGenAI } from "@google/genai";
import { KEY, PARAMETERS, PERSON, TOOLS, answerOf, gathered, left } from "./shared.mjs";

const client = (base) => new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: base } });
const tools = [
  {
    functionDeclarations: TOOLS.map(({ name, description }) => ({
      name,
      description,
      parametersJsonSchema: PARAMETERS,
    })),
  },
];
const textOf = (chunk) => chunk.text;

export const dialect = "gemini";

export async function text({ base, model, said }) {
  const answer = await client(base).models.generateContent({ model, contents: said });
  const { promptTokenCount: input, candidatesTokenCount: output } = answer.usageMetadata;
  return { text: answer.text, finish: answer.candidates[0].finishReason, input, output };
}

export async function stream({ base, model, said }) {
  const stream = await client(base).models.generateContentStream({ model, contents: said });
  let output = null;
  const seen = await gathered(stream, (chunk) => {
    output = chunk.usageMetadata?.candidatesTokenCount ?? output;
    return chunk.text;
  });
  return { ...seen, whole: seen.text, output };
}

export async function calls({ base, model, said }) {
  const chat = client(base).chats.create({ model, config: { tools } });
  const asked = [];
  for await (const chunk of await chat.sendMessageStream({ message: said })) asked.push(...(chunk.functionCalls ?? []));
  const message = asked.map(({ id, name }) => ({
    functionResponse: { id, name, response: { output: answerOf(name) } },
  }));
  const second = await chat.sendMessage({ message });
  return { calls: asked.map(({ name, args }) => [name, args]), text: second.text };
}

export async function media({ base, model, said, png, pdf }) {
  const parts = [
    { text: said },
    { inlineData: { mimeType: "image/png", data: png } },
    { inlineData: { mimeType: "application/pdf", data: pdf } },
  ];
  return { text: (await client(base).models.generateContent({ model, contents: [{ role: "user", parts }] })).text };
}

export async function thinking({ base, model, said, then }) {
  const config = { thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } };
  const chat = client(base).chats.create({ model, config });
  let reasoning = "";
  for await (const chunk of await chat.sendMessageStream({ message: said })) {
    for (const part of chunk.candidates[0].content?.parts ?? []) if (part.thought) reasoning += part.text ?? "";
  }
  return { reasoning, text: (await chat.sendMessage({ message: then })).text };
}

export async function structured({ base, model, said }) {
  const config = { responseMimeType: "application/json", responseJsonSchema: PERSON };
  return { value: JSON.parse((await client(base).models.generateContent({ model, contents: said, config })).text) };
}

export async function leave({ base, model, said }) {
  const abort = new AbortController();
  const config = { abortSignal: abort.signal };
  const stream = await client(base).models.generateContentStream({ model, contents: said, config });
  return left(stream, textOf, () => abort.abort());
}

export async function models({ base }) {
  const ids = [];
  for await (const { name } of await client(base).models.list()) ids.push(name.replace("models/", ""));
  return { ids, one: (await client(base).models.get({ model: ids[0] })).name.replace("models/", "") };
}

export async function count({ base, model, said }) {
  return { tokens: (await client(base).models.countTokens({ model, contents: said })).totalTokens };
}
