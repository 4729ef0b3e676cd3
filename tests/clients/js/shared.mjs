// What every client is asked for, so that what they saw can be compared.

export const KEY = "a-key";

export const TOOLS = [
  { name: "get_weather", description: "The weather of a city", answer: "12 degrees" },
  { name: "get_time", description: "The time in a city", answer: "noon" },
];

export const PARAMETERS = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

export const PERSON = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};

export const answerOf = (name) => TOOLS.find((tool) => tool.name === name).answer;

// The pieces of a stream; `each` gives the text of an event, if it has any.
export async function gathered(stream, each) {
  const pieces = [];
  for await (const event of stream) {
    const text = each(event);
    if (text) pieces.push(text);
  }
  return { text: pieces.join(""), pieces: pieces.length };
}

// Reads until the first text and leaves; `leave` is how the client does that.
export async function left(stream, each, leave) {
  for await (const event of stream) {
    if (each(event)) {
      leave?.();
      return { left: true };
    }
  }
  return { left: false };
}

export const failure = (error) => ({
  status: error.status ?? error.statusCode ?? null,
  kind: error.constructor.name,
  message: String(error.message),
  retryAfter: header(error.headers ?? error.responseHeaders, "retry-after"),
});

const header = (headers, name) => (headers?.get ? headers.get(name) : headers?.[name]) ?? null;
