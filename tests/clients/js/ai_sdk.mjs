// The AI SDK's own clients of the vendors' wires, all driven alike.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { Output, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { KEY, PARAMETERS, PERSON, TOOLS, left } from "./shared.mjs";

const PROVIDERS = {
  "ai-openai": ["openai", (base) => createOpenAI({ baseURL: `${base}/v1`, apiKey: KEY }).chat],
  "ai-responses": ["openai-responses", (base) => createOpenAI({ baseURL: `${base}/v1`, apiKey: KEY }).responses],
  "ai-anthropic": ["claude", (base) => createAnthropic({ baseURL: `${base}/v1`, apiKey: KEY })],
  "ai-google": ["gemini", (base) => createGoogle({ baseURL: `${base}/v1beta`, apiKey: KEY })],
  "ai-compatible": [
    "openai",
    (base) => createOpenAICompatible({ name: "any", baseURL: `${base}/v1`, apiKey: KEY, includeUsage: true, supportsStructuredOutputs: true }),
  ],
};
const THINKING = {
  "ai-openai": { openai: { reasoningEffort: "high" } },
  "ai-responses": { openai: { reasoningEffort: "high", reasoningSummary: "auto", forceReasoning: true } },
  "ai-anthropic": { anthropic: { thinking: { type: "enabled", budgetTokens: 2000 } } },
  "ai-google": { google: { thinkingConfig: { thinkingBudget: 2000, includeThoughts: true } } },
  "ai-compatible": { any: { reasoningEffort: "high" } },
};

const tools = Object.fromEntries(
  TOOLS.map(({ name, description, answer }) => [
    name,
    tool({ description, inputSchema: jsonSchema(PARAMETERS), execute: async () => answer }),
  ]),
);

export const clients = Object.fromEntries(Object.keys(PROVIDERS).map((name) => [name, client(name)]));

function client(name) {
  const [dialect, provider] = PROVIDERS[name];
  // Where answers are stored, the AI SDK sends references to items instead of these.
  const asked = ({ base, model, store = false }, { providerOptions = {}, ...more }) => ({
    model: provider(base)(model),
    maxRetries: 0,
    providerOptions: name === "ai-responses" ? { openai: { ...providerOptions.openai, store } } : providerOptions,
    ...more,
  });
  const whole = (stream) => stream.consumeStream({ onError: () => {} });
  const failing = (more) => {
    const failures = [];
    return [{ ...more, onError: ({ error }) => failures.push(error) }, failures];
  };

  return {
    dialect,
    async text(about) {
      const answer = await generateText(asked(about, { prompt: about.said }));
      const { inputTokens: input, outputTokens: output } = answer.usage;
      return { text: answer.text, finish: answer.finishReason, input, output };
    },
    async stream(about) {
      const [more, failures] = failing({ prompt: about.said });
      const stream = streamText(asked(about, more));
      const pieces = [];
      for await (const piece of stream.textStream) pieces.push(piece);
      if (failures.length) throw failures[0];
      const { outputTokens: output } = await stream.usage;
      return { text: pieces.join(""), pieces: pieces.length, whole: await stream.text, output };
    },
    async calls(about) {
      const [more, failures] = failing({ prompt: about.said, tools, stopWhen: stepCountIs(3) });
      const stream = streamText(asked(about, more));
      await whole(stream);
      if (failures.length) throw failures[0];
      const steps = await stream.steps;
      const calls = steps[0].toolCalls.map(({ toolName, input }) => [toolName, input]);
      return { calls, text: await stream.text };
    },
    async media(about) {
      const content = [
        { type: "text", text: about.said },
        { type: "file", data: Buffer.from(about.png, "base64"), mediaType: "image/png" },
        { type: "file", data: Buffer.from(about.pdf, "base64"), mediaType: "application/pdf", filename: "x.pdf" },
      ];
      return { text: (await generateText(asked(about, { messages: [{ role: "user", content }] }))).text };
    },
    async thinking(about) {
      const more = { providerOptions: THINKING[name] };
      const messages = [{ role: "user", content: about.said }];
      const stream = streamText(asked(about, { ...more, messages }));
      await whole(stream);
      const reasoning = await stream.reasoningText;
      messages.push(...(await stream.response).messages, { role: "user", content: about.then });
      return { reasoning, text: (await generateText(asked(about, { ...more, messages }))).text };
    },
    async structured(about) {
      const output = Output.object({ schema: jsonSchema(PERSON) });
      return { value: (await generateText(asked(about, { prompt: about.said, output }))).output };
    },
    async leave(about) {
      const abort = new AbortController();
      const stream = streamText(asked(about, { prompt: about.said, abortSignal: abort.signal, onError: () => {} }));
      return left(stream.textStream, (piece) => piece, () => abort.abort());
    },
  };
}
