export { PublishDialog as default } from "@/builder/publishing/PublishDialog";
