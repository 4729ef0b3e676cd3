// What `useChat` runs on: the chat's state machine with its default transport.
import { AbstractChat, DefaultChatTransport, lastAssistantMessageIsCompleteWithToolCalls } from "ai";
import { TOOLS, answerOf } from "./shared.mjs";

export const dialect = "ui-message";

class State {
  status = "ready";
  error = undefined;
  messages = [];
  pushMessage = (message) => void this.messages.push(message);
  popMessage = () => void this.messages.pop();
  replaceMessage = (at, message) => void (this.messages[at] = message);
  snapshot = (value) => structuredClone(value);
}

class Chat extends AbstractChat {
  constructor(about, more) {
    let posts = 0;
    const transport = new DefaultChatTransport({
      api: `${about.base}/api/chat`,
      body: { model: about.model, ...about.body },
      fetch: (...asked) => ((posts += 1), fetch(...asked)),
    });
    super({ id: "chat-1", state: new State(), transport, onError: (error) => void (this.failed = error), ...more });
    this.posts = () => posts;
  }

  async say(message) {
    await this.sendMessage(message);
    if (this.failed) throw this.failed;
    return this.messages.at(-1);
  }
}

const texts = (message, type = "text") =>
  message.parts.flatMap((part) => (part.type === type ? [part.text] : [])).join("");

export async function text(about) {
  const chat = new Chat(about);
  const answer = await chat.say({ text: about.said });
  const { finishReason: finish, usage } = answer.metadata;
  return { text: texts(answer), finish, input: usage.inputTokens, output: usage.outputTokens };
}

async function agent(about, body) {
  const tools = Object.fromEntries(
    TOOLS.map(({ name, description }) => [name, { description, inputSchema: about.parameters }]),
  );
  const asked = [];
  const chat = new Chat(
    { ...about, body: { tools, ...body } },
    {
      sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
      onToolCall({ toolCall: { toolName, toolCallId, input } }) {
        asked.push([toolName, input]);
        chat.addToolOutput({ tool: toolName, toolCallId, output: answerOf(toolName) });
      },
    },
  );
  await chat.say({ text: about.said });
  while (chat.status !== "ready" && chat.status !== "error") await new Promise((done) => setTimeout(done, 10));
  if (chat.failed) throw chat.failed;
  await new Promise((done) => setTimeout(done, 50)); // who loops would have posted again by now
  const said = chat.messages.at(-1);
  const states = said.parts.flatMap(({ state, toolCallId }) => (toolCallId ? [state] : []));
  const reasoning = said.parts.flatMap(({ type, text }) => (type === "reasoning" ? [text] : []));
  return { calls: asked, text: texts(said), posts: chat.posts(), messages: chat.messages.length, states, reasoning };
}

export const calls = (about) => agent(about, {});

export const thinkingCalls = (about) => agent(about, { reasoning: "high" });

// What is left of an answer that fails on its way, and what the chat says next.
export async function failing(about) {
  const chat = new Chat(about, { sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls });
  await chat.sendMessage({ text: about.said });
  const { status, failed } = chat;
  const left = { status, message: failed?.message ?? null, text: texts(chat.messages.at(-1)), posts: chat.posts() };
  chat.failed = undefined;
  await chat.sendMessage({ text: about.then }, { body: { model: "demo" } });
  return { ...left, then: texts(chat.messages.at(-1)), after: chat.status };
}

export async function media(about) {
  const chat = new Chat(about);
  const files = [
    { type: "file", mediaType: "image/png", url: `data:image/png;base64,${about.png}` },
    { type: "file", mediaType: "application/pdf", filename: "x.pdf", url: `data:application/pdf;base64,${about.pdf}` },
  ];
  return { text: texts(await chat.say({ text: about.said, files })) };
}

export async function thinking(about) {
  const chat = new Chat({ ...about, body: { reasoning: "high" } });
  const reasoning = texts(await chat.say({ text: about.said }), "reasoning");
  return { reasoning, text: texts(await chat.say({ text: about.then })) };
}

export async function stream(about) {
  const chat = new Chat(about);
  const answer = await chat.say({ text: about.said });
  return { text: texts(answer), pieces: null, whole: texts(answer), output: answer.metadata.usage.outputTokens };
}

export async function leave(about) {
  const chat = new Chat(about);
  const going = chat.sendMessage({ text: about.said });
  while (!chat.messages.at(-1)?.parts.some((part) => part.text && chat.lastMessage.role === "assistant")) {
    await new Promise((done) => setTimeout(done, 5));
  }
  await chat.stop();
  await going;
  return { left: chat.status === "ready" };
}
