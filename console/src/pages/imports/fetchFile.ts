import { toast } from "@/kit/toast";

/** Opens a file whose address has to be asked for; the browser saves it. */
export async function fetchFile(ask: () => Promise<{ url: string }>): Promise<void> {
  try {
    const { url } = await ask();
    const link = document.createElement("a");
    link.href = url;
    link.rel = "noopener";
    link.download = "";
    link.click();
  } catch (error) {
    toast.failed(error);
  }
}
