/** What a signature on an approval is for (`ssh-keygen -Y sign -n`), so that no signature for something else is taken as one. */
export const approvalNamespace = 'slipway-approval@v1';
