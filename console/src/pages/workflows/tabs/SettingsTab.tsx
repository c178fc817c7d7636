export { default } from "@/builder/panels/settings/SettingsPage";
