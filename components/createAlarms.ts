// Creates the alarms of a component, each named after what it watches.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "./transform";

/** Changes to alarms, by what they watch. */
export type AlarmTransforms<Name extends string> = {
  readonly [name in Name]?: Transform<aws.cloudwatch.MetricAlarmArgs>;
};

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
): void {
  for (const name of Object.keys(alarms) as Name[]) {
    const watched = alarms[name];
    if (watched !== undefined) {
      new aws.cloudwatch.MetricAlarm(
        ...transformed(
          transform[name],
          `${component}-${kebab(name)}`,
          { ...watched, alarmActions: [...alarmActions], tags },
          { parent },
        ),
      );
    }
  }
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
