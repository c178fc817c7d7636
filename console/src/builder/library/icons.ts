/** Icons of node types, by the names that the catalogue gives; imported one by one, so that no others are loaded. */
import {
  IconActivity, IconApi, IconArrowsShuffle, IconArrowsSplit2, IconBell, IconBolt, IconBook, IconBroadcast, IconCalendarTime,
  IconCheckbox, IconClockHeart, IconClockPause, IconClockPlay, IconDatabaseSearch, IconDoorExit, IconGitBranch, IconGitMerge, IconHandClick,
  IconHeartRateMonitor, IconHourglass, IconMagnet, IconMail, IconMailbox, IconMailForward, IconMessage, IconMoodSmile,
  IconPercentage, IconPlugConnected, IconPuzzle, IconRefresh, IconRepeat, IconSend, IconShare, IconSpeakerphone,
  IconTargetArrow, IconTrendingUp, IconUserEdit, IconUserPlus, IconUsersGroup, IconVideo, IconWebhook, type Icon,
} from "@tabler/icons-react";

const ICONS: Readonly<Record<string, Icon>> = {
  activity: IconActivity,
  api: IconApi,
  "arrows-shuffle": IconArrowsShuffle,
  "arrows-split-2": IconArrowsSplit2,
  bell: IconBell,
  bolt: IconBolt,
  book: IconBook,
  broadcast: IconBroadcast,
  "calendar-time": IconCalendarTime,
  checkbox: IconCheckbox,
  "clock-heart": IconClockHeart,
  "clock-pause": IconClockPause,
  "clock-play": IconClockPlay,
  "database-search": IconDatabaseSearch,
  "door-exit": IconDoorExit,
  "git-branch": IconGitBranch,
  "git-merge": IconGitMerge,
  "hand-click": IconHandClick,
  "heart-rate-monitor": IconHeartRateMonitor,
  hourglass: IconHourglass,
  magnet: IconMagnet,
  mail: IconMail,
  "mail-forward": IconMailForward,
  mailbox: IconMailbox,
  message: IconMessage,
  "mood-smile": IconMoodSmile,
  percentage: IconPercentage,
  "plug-connected": IconPlugConnected,
  refresh: IconRefresh,
  repeat: IconRepeat,
  send: IconSend,
  share: IconShare,
  speakerphone: IconSpeakerphone,
  "target-arrow": IconTargetArrow,
  "trending-up": IconTrendingUp,
  "user-edit": IconUserEdit,
  "user-plus": IconUserPlus,
  "users-group": IconUsersGroup,
  video: IconVideo,
  webhook: IconWebhook,
};

/** A name that is not known (a newer server) gets a piece of a puzzle. */
export function iconOf(name: string): Icon {
  return ICONS[name] ?? IconPuzzle;
}

export const ICON_NAMES: readonly string[] = Object.keys(ICONS);
