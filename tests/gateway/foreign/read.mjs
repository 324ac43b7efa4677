// node read.mjs <bootstrap> <registry> <topic>=<id>...: decoded values, one JSON object a line.
// Ends when every topic has told its record of that id; a rebalance may tell it twice.

import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { Kafka, logLevel } from "kafkajs";

const [bootstrap, host, ...wanted] = process.argv.slice(2);
const topics = wanted.map((pair) => pair.split("=")[0]);
const registry = new SchemaRegistry({ host });
const kafka = new Kafka({ brokers: [bootstrap], clientId: "foreign", logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `foreign-${process.pid}` });
const missing = new Set(wanted);

await consumer.connect();
await consumer.subscribe({ topics, fromBeginning: true });
await new Promise((resolve, reject) => {
  consumer.run({
    eachMessage: async ({ topic, message }) => {
      try {
        const value = await registry.decode(message.value);
        process.stdout.write(`${JSON.stringify({ topic, value })}\n`);
        missing.delete(`${topic}=${value.id}`);
        if (missing.size === 0) resolve();
      } catch (error) {
        reject(error);
      }
    },
  }).catch(reject);
});
await consumer.disconnect();
