import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
/** Languages by their own names: who cannot read the page must find theirs. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", de: "Deutsch" };

const KEPT = "stepwell.language";
const files = import.meta.glob<Record<string, unknown>>("./*/*.json", { import: "default" });

/** Loads an area's texts when a page first asks for them. */
const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, area, done) => {
    const load = files[`./${language}/${area}.json`];
    if (!load) {
      done(new Error(`There are no texts ${language}/${area}.json.`), false);
      return;
    }
    load().then(
      (texts) => done(null, texts),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), false),
    );
  },
};

function isLanguage(text: string): text is Language {
  return (LANGUAGES as readonly string[]).includes(text);
}

/** The language that was chosen, else the browser's first that we have, else English. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(KEPT) ?? "";
  return [kept, ...navigator.languages.map((one) => one.slice(0, 2).toLowerCase())].find(isLanguage) ?? "en";
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await i18next.changeLanguage(language);
}

export async function startTexts(language: Language = preferredLanguage()): Promise<void> {
  i18next.on("languageChanged", (chosen) => {
    document.documentElement.lang = chosen;
  });
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: "en",
      supportedLngs: LANGUAGES,
      ns: ["app", "kit"],
      defaultNS: "app",
      partialBundledLanguages: true,
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    });
}
