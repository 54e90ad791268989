/** What is new in 1.5.0: no more than `perMinute` attempts to sign in for one user within any 60 seconds. */
export const createLoginThrottle = perMinute => {
	const attempts = new Map();
	return {
		/** Whether this attempt, at `now` in milliseconds, may go on to the password. */
		mayTry: (user, now) => {
			const recent = (attempts.get(user) ?? []).filter(at => at > now - 60_000);
			const mayGo = recent.length < perMinute;
			attempts.set(user, mayGo ? [...recent, now] : recent);
			return mayGo;
		},
	};
};
