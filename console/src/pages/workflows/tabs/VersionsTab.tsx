export { default } from "@/builder/versions/VersionsPage";
