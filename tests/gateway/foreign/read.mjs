// node read.mjs <bootstrap> <registry> <topic>...: decoded values, one JSON object a line. Ends
// when every topic has told something; a rebalance may tell it twice.

import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { Kafka, logLevel } from "kafkajs";

const [bootstrap, host, ...topics] = process.argv.slice(2);
const registry = new SchemaRegistry({ host });
const kafka = new Kafka({ brokers: [bootstrap], clientId: "foreign", logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `foreign-${process.pid}` });
const silent = new Set(topics);

await consumer.connect();
await consumer.subscribe({ topics, fromBeginning: true });
await new Promise((resolve, reject) => {
  consumer.run({
    eachMessage: async ({ topic, message }) => {
      try {
        const value = await registry.decode(message.value);
        process.stdout.write(`${JSON.stringify({ topic, value })}\n`);
        silent.delete(topic);
        if (silent.size === 0) resolve();
      } catch (error) {
        reject(error);
      }
    },
  }).catch(reject);
});
await consumer.disconnect();
