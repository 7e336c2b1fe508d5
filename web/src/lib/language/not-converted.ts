/** Components whose words are not in the catalogues yet, and are shown in English. The list only shrinks. */
export const NOT_CONVERTED: readonly string[] = [];
