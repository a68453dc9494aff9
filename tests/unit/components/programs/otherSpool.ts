// A program whose task fails into another spool than the one that is redriven; both are known by their ARNs.
import { ErrorSpool } from "../../../../components/errorSpool";
import { ReprocessFunction } from "../../../../components/reprocessFunction";
import { UncertainTask } from "../../../../components/uncertainTask";

const byName = (name: string) => {
  const arn = `arn:aws:sqs:eu-west-1:123456789012:${name}`;
  return ErrorSpool.fromArn(arn, { poisonArn: `${arn}-poison` });
};
const chargeCard = new UncertainTask("charge-card", {
  spool: byName("payments"),
  task: { resource: "arn:aws:states:eu-west-1:123456789012:activity:charge", permissions: [] },
  timeout: "1 minute",
});

new ReprocessFunction("reprocess", { spool: byName("orders"), sources: [chargeCard] });
