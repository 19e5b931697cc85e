/** The course as the extension's parts ask for it: its activities, its title, and where the book is. */
import { PageConfig } from '@jupyterlab/coreutils';
import { activityAt, pageOf, readActivities, type Activity } from './activities.ts';
import { parsed } from '../python/settings.ts';

let known: readonly Activity[] | null = null;

/** All activities, in the order of the book. */
export function activities(): readonly Activity[] {
  return known ??= readActivities(parsed(PageConfig.getOption('satchelActivities')));
}

/** The activity of the notebook at `path`, or null. */
export function activityOf(path: string): Activity | null {
  return activityAt(activities(), path);
}

/** The activity of the notebook at `path` if its cells do not run in JupyterLite, or null. */
export function elsewhere(path: string): Activity | null {
  const activity = activityOf(path);
  return activity !== null && !activity.here ? activity : null;
}

/** The absolute URL of an activity's page in the book. */
export function bookPage(activity: Activity): string {
  return pageOf(activity, PageConfig.getBaseUrl());
}

/** The absolute URL of the book. */
export function bookUrl(): string {
  return new URL('../', PageConfig.getBaseUrl()).href;
}

export function courseTitle(): string {
  return PageConfig.getOption('appName');
}
