// Creates the alarms of a component, each named after what it watches.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "./transform";

/** Changes to alarms, by what they watch. */
export type AlarmTransforms<Name extends string> = {
  readonly [name in Name]?: Transform<aws.cloudwatch.MetricAlarmArgs>;
};

/** What every component with alarms lets a program say about them. */
export interface AlarmSettings<Alarms> {
  /** When the alarms go off; `false` for none at all. @default see each */
  readonly alarms?: Alarms | false;
  /** ARNs, of SNS topics for instance, that every alarm notifies when it goes off. @default none */
  readonly alarmActions?: readonly pulumi.Input<string>[];
}

/** Alarms by what they watch; undefined for none. */
export type AlarmArgs<Name extends string> = { readonly [name in Name]: aws.cloudwatch.MetricAlarmArgs | undefined };

export interface CreateAlarmsArgs<Name extends string> {
  readonly alarms: AlarmArgs<Name>;
  /** What each of them notifies. @default nothing */
  readonly alarmActions?: readonly pulumi.Input<string>[];
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform?: AlarmTransforms<Name>;
}

/** The alarm that watches `deliveryFailures` of the component `notify` is named `notify-delivery-failures`. */
export function createAlarms<Name extends string>(
  component: string,
  { alarms, alarmActions = [], tags, transform = {} }: CreateAlarmsArgs<Name>,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm[] {
  return (Object.keys(alarms) as Name[]).flatMap((name) => {
    const watched = alarms[name];
    if (watched === undefined) {
      return [];
    }
    const alarm = { ...watched, alarmActions: [...alarmActions], tags };
    const args = transformed(transform[name], `${component}-${kebab(name)}`, alarm, { parent });
    return [new aws.cloudwatch.MetricAlarm(...args)];
  });
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
