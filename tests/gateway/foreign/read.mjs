// node read.mjs <bootstrap> <registry> <count> <topic>...: decoded values, one JSON object a line.

import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { Kafka, logLevel } from "kafkajs";

const [bootstrap, host, count, ...topics] = process.argv.slice(2);
const registry = new SchemaRegistry({ host });
const kafka = new Kafka({ brokers: [bootstrap], clientId: "foreign", logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `foreign-${process.pid}` });
let left = Number(count);

await consumer.connect();
await consumer.subscribe({ topics, fromBeginning: true });
await new Promise((resolve, reject) => {
  consumer.run({
    eachMessage: async ({ topic, message }) => {
      try {
        const value = await registry.decode(message.value);
        process.stdout.write(`${JSON.stringify({ topic, value })}\n`);
        if (--left === 0) resolve();
      } catch (error) {
        reject(error);
      }
    },
  }).catch(reject);
});
await consumer.disconnect();
