// Asks releases of the AI SDK about streams, messages and posts. One JSON object a line comes in on stdin,
// {"releases": ["5", ...], "ask": a key of ASKS, ...}, and one goes out, {release: verdict}.
// The first line out says which releases could be loaded: {release: "" or why not}.
import { createInterface } from 'node:readline';

const PACKAGES = {
  '5.0.0': 'ai5-first',
  5: 'ai5',
  '6.0.0': 'ai6-first',
  6: 'ai6',
  '7.0.0': 'ai7-first',
  7: 'ai7',
};
const MOST_REQUESTS = 4;

globalThis.AI_SDK_LOG_WARNINGS = false;
console.log = console.warn = console.error; // stdout is for verdicts

/** A chat's state as useChat keeps it, without React. */
class State {
  status = 'ready';
  error = undefined;
  constructor(messages) {
    this.messages = messages;
  }
  pushMessage = message => (this.messages = [...this.messages, message]);
  popMessage = () => (this.messages = this.messages.slice(0, -1));
  replaceMessage = (at, message) => (this.messages = this.messages.with(at, this.snapshot(message)));
  snapshot = structuredClone;
}

/** The SDK's own transport over an HTTP answer that is given here; what it posts goes to `posted`. */
function transport(ai, answer, posted = []) {
  return new ai.DefaultChatTransport({
    fetch: async (_, init) => {
      posted.push(JSON.parse(init.body));
      return answer();
    },
  });
}

const sse = text => () =>
  new Response(new TextEncoder().encode(text), { headers: { 'content-type': 'text/event-stream' } });

const told = error => {
  const issues = error?.cause?.issues ?? error?.cause?.cause?.issues;
  const why = issues ? listed(issues) : (error?.message ?? String(error));
  return `${error?.name ?? 'Error'}: ${why}`.replace(/\s+/g, ' ').slice(0, 700);
};

const listed = issues => issues.flatMap(issue => reasons(issue, [])).join('; ');

/** What is wrong by the alternative that fits best: the one whose type is right, else the one with the least against. */
function reasons(issue, at) {
  const path = [...at, ...(issue.path ?? [])];
  const against = branch => branch.length + 100 * branch.some(one => one.path?.at(-1) === 'type');
  const [best] = (issue.errors ?? []).toSorted((a, b) => against(a) - against(b));
  if (!best?.length || against(best) > 100) return [`${path.join('.')}: ${issue.message}`];
  return best.flatMap(inner => reasons(inner, path));
}

function send(ai, answer, posted, post = {}) {
  const asked = { chatId: 'c', messages: [], trigger: 'submit-message', ...post };
  return transport(ai, answer, posted).sendMessages(asked);
}

/** Every chunk through the SDK's chunk schema; why the first that is refused is. */
async function chunks(ai, text) {
  let count = 0;
  try {
    for await (const _ of await send(ai, sse(text))) count += 1;
    return { count };
  } catch (error) {
    return { count, refused: told(error) };
  }
}

/** The message that readUIMessageStream makes of the stream. */
async function read(ai, text) {
  const errors = [];
  let message = null;
  try {
    const stream = await send(ai, sse(text));
    const onError = error => errors.push(told(error));
    for await (const state of ai.readUIMessageStream({ stream, onError, terminateOnError: true })) message = state;
  } catch (error) {
    errors.push(told(error));
  }
  return { message, error: errors[0] };
}

const BEFORE = [
  { id: 'before-1', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
  {
    id: 'before-2',
    role: 'assistant',
    parts: [
      { type: 'step-start' },
      { type: 'tool-before', toolCallId: 'before', state: 'output-available', input: {}, output: 1 },
    ],
  },
];

/** A chat that posts a client tool's output, gets the stream, and goes on by itself while all calls have results. */
async function chat(ai, text) {
  const posted = [];
  const state = new State(structuredClone(BEFORE));
  const it = new (class extends ai.AbstractChat {})({
    state,
    transport: transport(ai, sse(text), posted),
    sendAutomaticallyWhen: it =>
      posted.length < MOST_REQUESTS && ai.lastAssistantMessageIsCompleteWithToolCalls(it),
    onError: () => {},
  });
  await it.sendMessage();
  const parts = state.messages.at(-1).parts.slice(BEFORE[1].parts.length);
  return { status: state.status, error: state.error && told(state.error), requests: posted.length, parts };
}

const ASKS = {
  async stream(ai, { text }) {
    return { ...(await chunks(ai, text)), read: await read(ai, text), chat: await chat(ai, text) };
  },

  read: (ai, { text }) => read(ai, text),

  async messages(ai, { messages }) {
    const verdict = { model: null };
    if (ai.safeValidateUIMessages) {
      const checked = await ai.safeValidateUIMessages({ messages: structuredClone(messages) });
      if (!checked.success) verdict.refused = told(checked.error);
    }
    try {
      verdict.model = await ai.convertToModelMessages(structuredClone(messages));
      for (const [at, message] of verdict.model.entries()) {
        const { issues } = await ai.modelMessageSchema['~standard'].validate(message);
        if (issues) verdict.unsendable ??= `model message ${at}: ${listed(issues)}`;
      }
    } catch (error) {
      verdict.unsendable = told(error);
    }
    return verdict;
  },

  async plain(ai, { messages }) {
    for (const [at, message] of messages.entries()) {
      const { issues } = await ai.modelMessageSchema['~standard'].validate(message);
      if (issues) return { refused: `message ${at}: ${listed(issues)}` };
    }
    return {};
  },

  async post(ai, { body: { id, messages, trigger, messageId, ...body } }) {
    const posted = [];
    await send(ai, sse(''), posted, { chatId: id, messages, trigger, messageId, body });
    return { posted: posted[0] };
  },

  async error(ai, { status, headers, body }) {
    const state = new State([]);
    const answer = () => new Response(body, { status, headers });
    const it = new (class extends ai.AbstractChat {})({ state, transport: transport(ai, answer), onError: () => {} });
    await it.sendMessage({ text: 'Hi' });
    const { name, message, statusCode } = state.error ?? {};
    return { status: state.status, name, message, statusCode };
  },
};

const releases = {};
const loaded = {};
for (const [release, name] of Object.entries(PACKAGES)) {
  try {
    releases[release] = await import(name);
    loaded[release] = '';
  } catch (error) {
    loaded[release] = told(error);
  }
}
const say = value => process.stdout.write(JSON.stringify(value) + '\n');
say(loaded);

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { ask, releases: asked, ...what } = JSON.parse(line);
  const verdicts = asked.map(async release => {
    try {
      return [release, await ASKS[ask](releases[release], what)];
    } catch (error) {
      return [release, { crashed: told(error) + String(error?.stack).slice(0, 600) }];
    }
  });
  say(Object.fromEntries(await Promise.all(verdicts)));
}
