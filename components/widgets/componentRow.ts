// The row of a dashboard that shows one component: a heading and what its metrics tell.
import { AlarmWidget, RowWidget, TextWidget, type Widget } from "@pulumi/awsx/classic/cloudwatch";
import type { ObservedParts } from "../observed";
import { apiWidgets } from "./apiWidgets";
import { commandWidgets } from "./commandWidgets";
import { functionWidgets, iteratorAgeWidget } from "./functionWidgets";
import { middlewareWidget } from "./middlewareWidget";
import { queueWidgets, spoolWidgets } from "./queueWidgets";
import { taskWidgets } from "./taskWidgets";

/** Widgets beyond the 24 columns wrap; the heading takes a line of its own. */
export function componentRow(parts: ObservedParts): RowWidget {
  const { title, functionName, middleware, alarmArns = [] } = parts;
  return new RowWidget(
    new TextWidget({ markdown: `## ${title}`, width: 24, height: 1 }),
    ...(alarmArns.length === 0
      ? []
      : [new AlarmWidget({ title: "Alarms", alarms: [...alarmArns], width: 24, height: 2 })]),
    ...ownWidgets(parts),
    ...(functionName === undefined ? [] : functionWidgets(functionName)),
    ...(middleware === undefined ? [] : [middlewareWidget(middleware)]),
  );
}

function ownWidgets(parts: ObservedParts): Widget[] {
  switch (parts.kind) {
    case "spool":
      return spoolWidgets(parts.queueName, parts.poisonQueueName);
    case "task":
      return taskWidgets(parts.stateMachineArn);
    case "api":
      return apiWidgets(parts.apiName, parts.stageName);
    case "queue":
      return queueWidgets(parts.queueName, parts.deadLetterQueueName);
    case "command":
      return [...queueWidgets(parts.queueName), ...commandWidgets(parts.commandNames, parts.middleware)];
    case "stream":
      return [iteratorAgeWidget(parts.functionName)];
    case "function":
      return [];
  }
}
