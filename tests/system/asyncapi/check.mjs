// Reads an AsyncAPI document with the official parser and prints, as JSON, its topics, the fields of each message's payload,
// and what is wrong with it.
import { resolve } from "node:path";
import asyncapi from "@asyncapi/parser";

const { document, diagnostics } = await asyncapi.fromFile(new asyncapi.Parser(), resolve(process.argv[2])).parse();
const channels = document?.channels().all() ?? [];
const messages = document?.messages().all() ?? [];

console.log(JSON.stringify({
  topics: channels.map((channel) => channel.address()),
  fields: Object.fromEntries(messages.map((message) => [message.id(), Object.keys(message.payload()?.properties() ?? {})])),
  errors: diagnostics.filter((each) => each.severity === 0).map((each) => `${each.path.join(".")}: ${each.message}`),
}));
