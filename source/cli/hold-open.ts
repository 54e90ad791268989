/** Keeps the program from ending while it only waits: following an action or a journal holds nothing open by itself. */
export const holdOpen = async <Result>(work: Promise<Result>): Promise<Result> => {
	const hold = setInterval(() => {}, 60_000);
	try {
		return await work;
	} finally {
		clearInterval(hold);
	}
};
