export { default } from "@/builder/live/LivePage";
