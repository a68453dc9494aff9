// The bookshop's order status with all that a program has around it: spool, redrive, dashboard, saved queries.
import { OrderStatus } from "../../../../bookshop/orderStatus";
import { Dashboard, ErrorSpool, ReprocessFunction, SavedQueries } from "../../../../components";

const spool = new ErrorSpool("spool", {}, { protect: false });
const orderStatus = new OrderStatus("order-status", { spool, warehouseUrl: "https://warehouse.example/" });
const reprocess = new ReprocessFunction("reprocess", { spool, sources: { [orderStatus.source]: orderStatus.redrive } });
const components = [spool, orderStatus, reprocess];
const dashboard = new Dashboard("dashboard", { components });
const queries = new SavedQueries("queries", { components });

export const spoolUrl = spool.url;
export const machine = orderStatus.arn;
export const reprocessFunction = reprocess.functionName;
export const dashboardName = dashboard.dashboard.dashboardName;
export const savedQueries = queries.queries.map(({ name }) => name);
