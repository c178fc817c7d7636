export { default } from "@/builder/try/TryPage";
